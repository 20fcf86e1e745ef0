"""Packs the sprites that train.py and measure.py read, from packages of npm that are unpacked below a folder.

    npm pack @lobehub/fluent-emoji-3d@1.1.0 emoji-datasource@16.0.0 @twemoji/svg@15.0.0 openmoji@17.0.0
    python pack.py FOLDER OUT

FOLDER holds fluent/*.webp, emoji.json, and tw/*.png and om/*.png: every fourth drawing of Twemoji and OpenMoji as
pictures of 256 pixels, under the names of the Fluent files. Flags and symbols are left out.
"""

import argparse
import json
import tarfile
from pathlib import Path


def groups_of(emoji: list[dict], names: set[str]) -> dict[str, list[str]]:
    """The names of every subgroup of Unicode, in its order."""
    groups: dict[str, list[str]] = {}
    for entry in sorted(emoji, key=lambda entry: entry["sort_order"]):
        group = entry["subcategory"]
        if entry["category"] == "Flags" or (entry["category"] == "Symbols" and group not in ("heart", "geometric")):
            continue
        spellings = [entry["unified"], entry.get("non_qualified")]
        found = [spelling.lower() for spelling in spellings if spelling and spelling.lower() in names]
        if found:
            groups.setdefault(group, []).append(found[0])
    return groups


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    emoji = json.loads((options.folder / "emoji.json").read_text())
    files = {style: sorted((options.folder / style).iterdir()) for style in ("fluent", "tw", "om")}
    groups = groups_of(emoji, {file.stem for file in files["fluent"]})
    held = sorted(name for group in groups.values() for name in group[4::5])
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "split.json").write_text(json.dumps({"groups": groups, "held_out": held}))
    kept = {name for group in groups.values() for name in group}
    for style, pictures in files.items():
        with tarfile.open(options.out / f"{style}.tar", "w") as tar:
            for picture in pictures:
                if picture.stem in kept:
                    tar.add(picture, picture.name)
    print(f"{len(kept)} sprites of {len(groups)} groups, {len(held)} held out")


if __name__ == "__main__":
    main()
