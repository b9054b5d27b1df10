"""The process of the private Prefect server: ``python private_server_process.py PORT FOLDER``.

Run by `flows.private_server`; it imports nothing of the project. When the run that started it dies,
however it dies, its standard input ends: the server then removes its folder and ends too.
The garbage collector is off while the server is imported (0.5 of 4.7 s), and what is imported is
left out of its later rounds.
"""

import gc
import os
import shutil
import sys
import threading


def main(port: int, folder: str) -> None:
    """Serve Prefect's API on a loopback port until the run ends."""
    threading.Thread(target=_end_with_the_run, args=(folder,), daemon=True).start()
    gc.disable()
    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app()
    gc.freeze()
    gc.enable()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")


def _end_with_the_run(folder: str) -> None:
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
