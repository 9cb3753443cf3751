"""Write summaries.json: what ``model.summary()`` of Keras 3 prints, at many widths.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_summaries.py
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parents[1]))
from summaries import cases

text = json.dumps(dict(cases(keras)), indent=0, ensure_ascii=False) + "\n"
Path(__file__).with_name("summaries.json").write_text(text)
