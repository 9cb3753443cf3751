"""Write progbars.json: what the progress bar of Keras 3 draws on a terminal.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_progbars.py
"""

import json
import sys
from pathlib import Path

from keras.src.utils import progbar

sys.path.insert(0, str(Path(__file__).parents[1]))
from progbars import drawings

stdout = sys.stdout
try:
    drawn = drawings(progbar, lambda stream: setattr(sys, "stdout", stream))
finally:
    sys.stdout = stdout
text = json.dumps(drawn, indent=0, ensure_ascii=False) + "\n"
Path(__file__).with_name("progbars.json").write_text(text)
