"""The command line `cis-study`: thin commands over the library, one module each."""
