"""images/manifest.json: what each image consists of. The format is described in README.md."""
import json
import os

IMAGES = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
PATH = os.path.join(IMAGES, "manifest.json")


def load():
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def save(manifest):
    with open(PATH, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.write("\n")


def files(manifest):
    """All (image, file) pairs."""
    return [(image, file) for image in manifest["images"] for file in image["files"]]


def source_version(package):
    """The version to build of a Debian source package; the manifest is the only place that has it."""
    found = {
        source["version"]
        for _, file in files(load())
        for source in file["sources"]
        if source["package"] == package
    }
    if len(found) != 1:
        raise SystemExit(f"{PATH}: {package} should have one version, but has {sorted(found) or 'none'}")
    return found.pop()


def binary_version(package):
    """Likewise for a binary package that goes into an image as it is."""
    for _, file in files(load()):
        for source in file["sources"]:
            if source.get("binary_package") == package:
                return source["binary_version"]
    raise SystemExit(f"{PATH}: no file has the binary_package {package}")
