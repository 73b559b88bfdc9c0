"""`python -m fangpin` is the command `fangpin`."""

from fangpin.cli.main import main

if __name__ == "__main__":
    main()
