"""One battle, as lean as a job can be. Usage: ask_one.py MODEL REQUEST REPLY"""

import json
import os
import sys
import urllib.request
from pathlib import Path

model, request, reply = sys.argv[1:]
body = {"model": model, **json.loads(Path(request).read_bytes())}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
headers = {"Content-Type": "application/json"}
with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
    Path(reply).write_bytes(answer.read())
