"""The process of the embedded Prefect server: ``python embedded_server.py PORT``.

Run by `flows.engine`; it imports nothing of the project. The garbage collector is off while the
server is imported (0.5 of 4.7 s) and what is imported is left out of its later rounds.
"""

import gc
import sys


def main(port: int) -> None:
    """Serve Prefect's API on a loopback port until terminated."""
    gc.disable()
    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app()
    gc.freeze()
    gc.enable()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")


if __name__ == "__main__":
    main(int(sys.argv[1]))
