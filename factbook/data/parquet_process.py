"""The child process that decodes a Parquet file, whose footer may say less than it unpacks to.

`factbook.data.formats` starts it with pipes only. It limits its own memory and time, reads a line
of orders and the file's bytes, and writes the table as a stream of Arrow. An error of the file is
a text on standard error, with exit code 1; whatever else ends it was its limits.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import python_calamine

import factbook
from factbook.files.child_environment import bare_environment
from factbook.xlsx.parser_process import limit_resources

_START = (
    "import sys; sys.path += sys.argv[1:]; "
    "from factbook.data.parquet_process import main; sys.exit(main())"
)
_WRONG = 1
_SECONDS = 60
# Threads would reserve memory of their own, and so would the allocator that Arrow brings.
_VARIABLES = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def decoded_parquet(content: bytes, texts: Sequence[str], memory_bytes: int) -> Any:
    """The table of a Parquet file.

    Args:
        content: The file.
        texts: Columns of which each distinct value is kept once.
        memory_bytes: Address space in which it must be decoded.

    Raises:
        ValueError: It is damaged.
        MemoryError: It was not decoded in that memory, or in a minute of computing.
    """
    import pyarrow as pa

    modules = (factbook, python_calamine, orjson, pa)
    roots = {str(Path(module.__file__ or "").parents[1]) for module in modules}
    order = orjson.dumps({"texts": list(texts), "memory_bytes": memory_bytes})
    done = subprocess.run(  # noqa: S603 - our own interpreter, nothing of the user's
        [sys.executable, "-I", "-S", "-c", _START, *sorted(roots)],
        input=order + b"\n" + content,
        capture_output=True,
        check=False,
        env=bare_environment() | _VARIABLES,
    )
    if done.returncode == _WRONG:
        raise ValueError(done.stderr.decode(errors="replace"))
    if done.returncode:
        raise MemoryError
    return pa.ipc.open_stream(done.stdout).read_all()


def main() -> int:
    """Decode what is on standard input.

    Returns:
        Exit code: 0 with a table, 1 with an error of the file, 2 when memory ran out.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    order = orjson.loads(sys.stdin.buffer.readline())
    limit_resources(order["memory_bytes"], _SECONDS)
    try:
        source = pa.BufferReader(sys.stdin.buffer.read())
        table = ParquetFile(source, read_dictionary=order["texts"]).read(use_threads=False)
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_table(table.unify_dictionaries())
    except MemoryError:
        return 2
    except Exception as error:  # noqa: BLE001 - wrong notes in a file end in errors of any kind
        sys.stderr.write(str(error))
        return _WRONG
    return 0
