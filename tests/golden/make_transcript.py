"""Write transcript.json: every call that Keras 3 makes to a callback in fit, evaluate and predict.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_transcript.py
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parents[1]))
from transcript import runs

text = "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(events)}"
                          for name, events in runs(keras)) + "\n}\n"
Path(__file__).with_name("transcript.json").write_text(text)
