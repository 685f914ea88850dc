#!/usr/bin/env python3
"""quern run writing files: compressed, split, framed, on a full disk, into a pipe that closes."""
import bz2, glob, gzip, json, lzma, os, subprocess, sys

QUERN = os.environ["QUERN"]
failures = 0

with open("nothing.yaml", "w") as file:
    file.write("name: nothing\nstages: [{use: set, with: {metadata: {seen: 'yes'}}}]\n")
with open("array.yaml", "w") as file:
    file.write("name: array\nstages: [{use: format, with: {as: json}}]\n")
with open("in.jsonl", "w") as file:
    for number in range(10):
        file.write(json.dumps({"id": str(number), "text": "x" * 100}) + "\n")


def run(*arguments, pipeline="nothing.yaml"):
    done = subprocess.run([QUERN, "run", pipeline, "in.jsonl", *arguments], capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def expect(name, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAIL {name}\n  got    {str(got)[:500]}\n  wanted {str(wanted)[:500]}")


def ids(data):
    return [json.loads(line)["id"] for line in data.splitlines()]


def leftovers():
    return [name for name in os.listdir(".") if name.endswith(".quern")]


everything = [str(n) for n in range(10)]
plain = run()[1]
expect("standard output", ids(plain), everything)
for suffix, unpack in {"gz": gzip.decompress, "xz": lzma.decompress, "bz2": bz2.decompress}.items():
    expect(f"{suffix}: status", run("-o", "out." + suffix)[0], 0)
    with open("out." + suffix, "rb") as file:
        packed = file.read()
    expect(f"{suffix}: as others read it", unpack(packed), plain)
    run("--jobs", "0", "-o", "again." + suffix)
    with open("again." + suffix, "rb") as file:
        expect(f"{suffix}: the same bytes again", file.read(), packed)
run("-o", "out.zst")
expect("zst: as quern reads it", subprocess.run(
    [QUERN, "run", "nothing.yaml", "out.zst"], capture_output=True).stdout, plain)

expect("split: status", run("--split-documents", "4", "-o", "part-%03d.jsonl.gz")[0], 0)
expect("split: documents", [ids(gzip.open(name).read()) for name in sorted(glob.glob("part-*"))],
       [everything[:4], everything[4:8], everything[8:]])
run("--split-size", "400", "-o", "size-%d.jsonl")
sizes = [os.path.getsize(f"size-{n}.jsonl") for n in range(len(glob.glob("size-*")))]
expect("split: sizes", (max(sizes) <= 400, sum(sizes)), (True, len(plain)))
run("--split-documents", "4", "-o", "array-%d.json", pipeline="array.yaml")
expect("split: each file is framed", [len(json.load(open(f"array-{n}.json"))) for n in range(3)],
       [4, 4, 2])
expect("split: a name without a number", run("--split-documents", "4", "-o", "out")[0], 64)
expect("split: standard output", run("--split-size", "4KiB")[0], 64)
expect("nothing is left over", leftovers(), [])

# A file that cannot grow any more, as on a full disk.
limited = f"ulimit -f 1; exec {QUERN} run nothing.yaml --jobs 0"
many = b"".join(b'{"text":"%0999d"}\n' % n for n in range(5000))
full = subprocess.run(["sh", "-c", f"trap '' XFSZ; {limited} -o full.jsonl -"], input=many,
                      capture_output=True)
expect("full disk: status", full.returncode, 74)
expect("full disk: message", b"full.jsonl: error: cannot be written: " in full.stderr, True)
expect("full disk: no file", (os.path.exists("full.jsonl"), leftovers()), (False, []))

# A reader that goes away ends a run that would have no end.
with subprocess.Popen(f"yes | {QUERN} run nothing.yaml --from lines --to jsonl", shell=True,
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE) as endless:
    endless.stdout.readline()
    endless.stdout.close()
    expect("a closed pipe", (endless.wait(60), endless.stderr.read()), (0, b""))

sys.exit(failures > 0)
