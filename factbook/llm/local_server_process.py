"""The process of the local model's server: ``python local_server_process.py GGUF FOLDER …``.

Run by `factbook.llm.local_server`; it imports nothing of the project. The first line of its
standard input is the key that requests must carry. When the run that started it dies, in whatever
way, its standard input ends: the server then removes its folder and ends too.
"""

import os
import resource
import shutil
import sys
import threading
from pathlib import Path

PROMPT_CACHE_MB = 256
"""Memory for prompts already read; the server's default is 8 GB."""

MOST_WRITTEN_BYTES = 16_000_000
"""Most bytes of a file that it writes: of its log, whose last lines alone are read."""

SMALL_MODEL_BYTES = 1_000_000_000
"""Smaller models repeat themselves endlessly without penalties on repetition: three of four drafts
of SmolLM2-135M looped until they reached their bound; with penalties two reached it, without loops.
Larger models get no penalties, as these also fall on names that have to be repeated."""


def main(gguf: str, folder: str, parallel: int, context_tokens: int) -> None:
    """Serve a model on a free loopback port until the run ends, and write down its address."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold prompts
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN_BYTES, MOST_WRITTEN_BYTES))
    key = sys.stdin.readline().strip()
    threading.Thread(target=_end_with_the_run, args=(folder,), daemon=True).start()
    import xllamacpp  # type: ignore[import-untyped]

    parameters = xllamacpp.CommonParams()
    parameters.model.path = gguf
    parameters.model_alias = {Path(gguf).stem}  # answers name the model, not its path
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.n_parallel = parallel
    parameters.n_ctx = parallel * context_tokens  # shared evenly
    parameters.cache_ram_mib = PROMPT_CACHE_MB
    # Threads wait for each other at every step: one core stays free for the run, else each step
    # takes as long as the run keeps a thread waiting. Measured with SmolLM2 on two busy cores:
    # one thread writes 68 tokens a second, two write 5, and 2 when they wait by spinning.
    threads = max(1, (os.cpu_count() or 2) - 1)
    for processors in (parameters.cpuparams, parameters.cpuparams_batch):
        processors.n_threads = threads
        processors.poll = 0
    if Path(gguf).stat().st_size < SMALL_MODEL_BYTES:
        parameters.sampling.temp = 0.2
        parameters.sampling.penalty_repeat = 1.15
        parameters.sampling.dry_multiplier = 0.8
    parameters.offline = True
    parameters.ui = False
    parameters.endpoint_slots = False  # it would show prompts
    server = xllamacpp.Server(parameters)  # returns when the model is loaded
    address = Path(folder, "address")
    unfinished = address.with_suffix(".part")
    unfinished.write_text(server.listening_address, encoding="utf-8")
    unfinished.replace(address)
    threading.Event().wait()


def _end_with_the_run(folder: str) -> None:
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
