"""Whether a path leads into a folder, once its links are followed."""

from __future__ import annotations

from pathlib import Path


def real_path(path: Path) -> Path | None:
    """Where a path leads; None when it leads nowhere: links in a circle, or a zero byte in it."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def is_inside(path: Path, *folders: Path) -> bool:
    """Whether a path leads into one of some folders, or to it; links and dots are followed."""
    real = real_path(path)
    return real is not None and any(
        real.is_relative_to(place) for place in map(real_path, folders) if place is not None
    )


def leads_out(path: Path) -> bool:
    """Whether an entry of a folder is a link that leads out of the folder, or nowhere."""
    return path.is_symlink() and not is_inside(path, path.parent)
