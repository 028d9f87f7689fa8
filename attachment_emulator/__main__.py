"""The command, which loads its package whatever else of that name is on the path."""

from attachment_emulator import load_package


def main() -> None:
    """Run `emulator.cli`."""
    load_package()
    from emulator.cli import main as command

    command()


if __name__ == "__main__":
    main()
