"""The child process that reads a Parquet file: nothing that its sender wrote is parsed elsewhere.

Its footer may say less than the file unpacks to, and notes in it are JSON of any depth.
`factbook.data.grids.formats` starts the child with pipes only. The child limits its own memory and
time, reads a line of orders and the file's bytes, and answers with a line that describes the table.
With the memory for it in a second line of orders it writes an empty line and the table as a stream
of Arrow, which has names, types and values, and no notes. An error of the file is a line with
``error``; whatever else ends it was its limits. All lines but the empty one are JSON.
"""

from __future__ import annotations

import math
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson
import python_calamine

import factbook
from factbook.files.child_environment import bare_environment
from factbook.xlsx.parser_process import limit_resources

ARROW_BYTES = 500_000_000
"""Address space of a process with Arrow, which is mostly reserved."""

_START = (
    "import sys; sys.path += sys.argv[1:]; "
    "from factbook.data.grids.parquet_process import main; sys.exit(main())"
)
_FOOTER_BYTES = 200_000_000  # of address space, beside the file, to read what it says of itself
_MOST_SECONDS = 60  # of computing
_PATIENCE = 3  # seconds of elapsed time per second of computing, on a busy machine
_MOST_SHOWN = 100  # letters of a name that a file gives
# Threads would reserve memory of their own, and so would the allocator that Arrow brings.
_VARIABLES = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class Described(NamedTuple):
    """What a Parquet file says of itself.

    Attributes:
        rows: Number of its rows.
        columns: Number of its columns.
        unpacked_bytes: Bytes that its columns unpack to.
        other: Name and type of a column of neither texts, numbers, dates nor truth values, or
            empty.
    """

    rows: int
    columns: int
    unpacked_bytes: int
    other: list[str]


def decoded_parquet(
    content: bytes, memory_for: Callable[[Described], int | None], seconds: float
) -> Any:
    """The table of a Parquet file, a `pyarrow.Table` without metadata.

    Args:
        content: The file.
        memory_for: Gives the bytes of address space in which a table is decoded; None to leave it.
        seconds: The most that may be computed, up to a minute.

    Returns:
        The table; None if `memory_for` said so.

    Raises:
        ValueError: It is damaged.
        MemoryError: It was not read in that memory and time.
    """
    import pyarrow as pa

    order = {
        "memory_bytes": ARROW_BYTES + len(content) * 2 + _FOOTER_BYTES,
        "seconds": max(1, math.ceil(min(seconds, _MOST_SECONDS))),
        "size": len(content),
    }
    try:
        with _child(order["seconds"]) as (orders, answers):
            orders.write(orjson.dumps(order) + b"\n" + content)
            orders.flush()
            memory_bytes = memory_for(Described(**_answer(answers)))
            if memory_bytes is None:
                return None
            orders.write(orjson.dumps({"memory_bytes": memory_bytes}) + b"\n")
            orders.flush()
            _answer(answers)
            return pa.ipc.open_stream(answers.read()).read_all()
    except (BrokenPipeError, EOFError, OSError, orjson.JSONDecodeError):
        raise MemoryError from None


@contextmanager
def _child(seconds: int) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The pipes to a child, which has ended and been reaped when the block ends."""
    import pyarrow as pa

    modules = (factbook, python_calamine, orjson, pa)
    roots = {str(Path(module.__file__ or "").parents[1]) for module in modules}
    with subprocess.Popen(  # noqa: S603 - our own interpreter, nothing of the user's
        [sys.executable, "-I", "-S", "-c", _START, *sorted(roots)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment() | _VARIABLES,
    ) as process:
        timer = threading.Timer(seconds * _PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                raise EOFError  # both were asked for as pipes
            yield process.stdin, process.stdout
        finally:
            timer.cancel()
            process.kill()


def _answer(answers: IO[bytes]) -> Any:
    """The next line of a child; None if it is empty."""
    line = answers.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    answer = orjson.loads(line) if line.strip() else None
    if answer is not None and "error" in answer:
        raise ValueError(answer["error"])
    return answer


def main() -> int:
    """Describe and decode what is on standard input.

    Returns:
        Exit code: 0 when it was answered, with an error of the file too; 2 when memory ran out.
    """
    import pyarrow as pa

    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    order = orjson.loads(orders.readline())
    limit_resources(order["memory_bytes"], order["seconds"])
    try:
        source = pa.BufferReader(orders.read(order["size"]))
        texts, described = _described(source)
        answers.write(orjson.dumps(described._asdict()) + b"\n")
        answers.flush()
        if order := orders.readline():
            limit_resources(orjson.loads(order)["memory_bytes"], None)
            table = _decoded(source, texts)
            answers.write(b"\n")
            with pa.ipc.new_stream(answers, table.schema) as stream:
                stream.write_table(table)
    except MemoryError:
        return 2
    except Exception as error:  # noqa: BLE001 - wrong notes in a file end in errors of any kind
        answers.write(orjson.dumps({"error": str(error).encode(errors="replace").decode()}) + b"\n")
    return 0


def _described(source: Any) -> tuple[list[str], Described]:
    """The columns of texts, and what a file says of itself.

    Of columns of other types only those with values of a few bytes are read, as a file may repeat
    a value a million times that it holds once.
    """
    from pyarrow.parquet import ParquetFile

    source.seek(0)
    file = ParquetFile(source)
    footer = file.metadata
    texts: list[str] = []
    other: list[str] = []
    for field in file.schema_arrow:
        if _is_text(field.type):
            texts.append(field.name)
        elif not other and not _is_small(field.type):
            other = [field.name[:_MOST_SHOWN], str(field.type)[:_MOST_SHOWN]]
    size = sum(
        footer.row_group(group).column(column).total_uncompressed_size
        for group in range(footer.num_row_groups)
        for column in range(footer.num_columns)
    )
    return texts, Described(footer.num_rows, footer.num_columns, size, other)


def _decoded(source: Any, texts: list[str]) -> Any:
    """The table, of which each distinct text is kept once however often it occurs in the file."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    source.seek(0)
    table = ParquetFile(source, read_dictionary=texts).read(use_threads=False).unify_dictionaries()
    # A name and a type are all that the other process learns: notes name types with code of theirs.
    plain = pa.schema([pa.field(field.name, field.type) for field in table.schema])
    return pa.Table.from_arrays(table.columns, schema=plain)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_small(kind: Any) -> bool:
    """Whether the values of a type have a few bytes each."""
    from pyarrow import types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    kinds = (
        types.is_null,
        types.is_boolean,
        types.is_integer,
        types.is_floating,
        types.is_decimal,
        types.is_temporal,
    )
    return any(is_kind(kind) for is_kind in kinds)
