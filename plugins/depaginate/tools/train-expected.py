#!/usr/bin/env python3
"""train-expected.py EXPECT > expected.c: what tools/expect.c, built as EXPECT, learns from texts that a
Debian has installed: one in four of those under /usr/share/doc, and one in 150 of the manual
pages, set without pages. Which, and in what order, the hashes of their names say."""
import glob, gzip, hashlib, os, re, subprocess, sys

TEXT = re.compile(r"README|NEWS|changelog|copyright|\.txt|\.md")
SIZES = range(512, 200_000)


def rank(path):
    return hashlib.sha1(path.encode()).digest()


def choose(paths, every):
    return [path for path in sorted(paths, key=rank) if os.path.getsize(path) in SIZES][::every]


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    if "/man/" in path:
        data = subprocess.run(["groff", "-t", "-man", "-Tutf8", "-P-cbou", "-rcR=1"], input=data,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return data.replace(b"\0", b"")


def main():
    documents = [os.path.join(folder, name) for folder, _, names in os.walk("/usr/share/doc")
                 for name in names if TEXT.search(name) and os.path.isfile(os.path.join(folder, name))]
    manuals = [path for path in glob.glob("/usr/share/man/man[1-9]/*.gz") if os.path.isfile(path)]
    chosen = sorted(choose(documents, 4) + choose(manuals, 150), key=rank)
    texts = b"".join(read(path) + b"\0" for path in chosen)
    sys.stdout.write(subprocess.run([sys.argv[1]], input=texts, stdout=subprocess.PIPE,
                                    check=True).stdout.decode())


main()
