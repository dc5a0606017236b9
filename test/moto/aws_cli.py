"""Runs the Python AWS CLI once for each line of standard input, a JSON list of arguments, in one process: Python and
the descriptions of the services are loaded once. Answers with a line of JSON: exit code, stdout, stderr."""

import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver

answers = sys.stdout
descriptions = create_clidriver().session.get_component("data_loader")


def run(arguments):
    # A new one for each: its event handlers remember the arguments of earlier commands.
    driver = create_clidriver()
    driver.session.register_component("data_loader", descriptions)
    try:
        return driver.main(arguments)
    except SystemExit as stop:
        return stop.code


for line in sys.stdin:
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = run(json.loads(line))
    result = {"code": code or 0, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}
    print(json.dumps(result), file=answers, flush=True)
