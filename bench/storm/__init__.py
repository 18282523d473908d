"""A kill storm: check-ins come in and ladders climb while every process is killed with -9, again and again.

`python -m bench.storm [--minutes 10] [--engine both|sqlite|postgresql] [--seed N]`, exit 1 where a promise is broken.
"""
