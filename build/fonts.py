"""Makes the fonts that Carnet prints with from the typeface of its window: one weight each, letters of all scripts in one file.

Needs Debian's python3-fonttools and python3-brotli, and frontend/node_modules. Run by hand when the typeface changes:
    /usr/bin/python3 build/fonts.py
"""

import io
import pathlib
import shutil

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "frontend/node_modules/@fontsource-variable/radio-canada"
TARGET = ROOT / "app/paper/fonts"
SCRIPTS = ["latin", "latin-ext", "vietnamese", "canadian-aboriginal"]
WEIGHTS = {"regular": 400, "bold": 700}
# What a page needs of a font: outlines, widths, letters. Features of setting are of no use to the library that writes the pages.
DROPPED = ["GPOS", "GSUB", "GDEF", "STAT", "HVAR", "MVAR", "DSIG", "gasp"]


def one_weight(script, weight):
    font = TTFont(SOURCE / f"files/radio-canada-{script}-wght-normal.woff2")
    font = instantiateVariableFont(font, {"wght": weight})
    font.flavor = None
    for table in DROPPED:
        if table in font:
            del font[table]
    plain = io.BytesIO()
    font.save(plain)
    plain.seek(0)
    return plain


def ranges(letters):
    """Which letters there are: a line for each run, first and last in hex."""
    lines, run = [], []
    for letter in sorted(letters):
        if run and letter == run[1] + 1:
            run[1] = letter
            continue
        if run:
            lines.append("%04x %04x" % tuple(run))
        run = [letter, letter]
    return "\n".join(lines + ["%04x %04x" % tuple(run)]) + "\n"


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, weight in WEIGHTS.items():
        font = Merger().merge([one_weight(script, weight) for script in SCRIPTS])
        font["head"].created = font["head"].modified = 0
        font.recalcTimestamp = False
        font.save(TARGET / f"radio-canada-{name}.ttf")
    (TARGET / "letters.txt").write_text(ranges(font.getBestCmap()))
    shutil.copy(SOURCE / "LICENSE", TARGET / "OFL.txt")


if __name__ == "__main__":
    main()
