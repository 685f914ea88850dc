#!/usr/bin/env python3
"""quern run over inputs as other programs make them: compressed, in archives, in all formats of
records; cut off, damaged, huge."""
import bz2, gzip, io, json, lzma, os, resource, shutil, subprocess, sys, tarfile, zipfile

QUERN = os.environ["QUERN"]
SANITIZED = os.environ["QUERN_SANITIZE"]    # a build that takes terabytes of memory for itself
failures = 0

with open("nothing.yaml", "w") as file:
    file.write("name: nothing\nstages: [{use: set, with: {metadata: {seen: 'yes'}}}]\n")


def run(*arguments, stdin=b"", memory=None):
    def limit():
        if memory and not SANITIZED:
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    done = subprocess.run([QUERN, "run", "nothing.yaml", *arguments], input=stdin,
                          capture_output=True, preexec_fn=limit)
    return done.returncode, done.stdout, done.stderr.decode()


def records(*arguments, **settings):
    status, out, err = run("--to", "jsonl", *arguments, **settings)
    return status, [json.loads(line) for line in out.splitlines()], err


def expect(name, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAIL {name}\n  got    {str(got)[:500]}\n  wanted {str(wanted)[:500]}")


def put(path, data):
    with open(path, "wb") as file:
        file.write(data)


def zstd(data):
    return subprocess.run(["zstd", "-c"], input=data, capture_output=True, check=True).stdout


packers = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}
if shutil.which("zstd"):
    packers["zst"] = zstd

# ---- Compressed files, by content and not by name ----

lines = b"".join(b'{"id":"%d","text":"line %d"}\n' % (n, n) for n in range(5000))
for suffix, pack in packers.items():
    put("pages.jsonl." + suffix, pack(lines))
    put("misnamed", pack(b"a text\n"))
    expect(f"{suffix}: records", [r["id"] for r in records("pages.jsonl." + suffix)[1]],
           [str(n) for n in range(5000)])
    expect(f"{suffix}: text", run("misnamed")[:2], (0, b"a text\n"))
    expect(f"{suffix}: standard input", run(stdin=pack(b"one ") + pack(b"two"))[:2], (0, b"one two"))
    put("cut", pack(lines)[:-9])
    status, found, err = records("--from", "jsonl", "cut")
    expect(f"{suffix}: cut off, status", status, 74)
    expect(f"{suffix}: cut off, what came before", [r["id"] for r in found],
           [str(n) for n in range(len(found))])
    expect(f"{suffix}: cut off, the place", err.startswith(f"cut:{len(found) + 1}: error: "), True)

# ---- Archives ----


def tar(mode, members):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, members[0][0]
        archive.addfile(link)
    return data.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


members = [("folder/käse.txt", b"one\n"), ("two.txt", b"two\n"), (".hidden", b"no"), ("last", b"3\n")]
archives = {"t.tar": tar("w:", members), "t.tar.gz": tar("w:gz", members),
            "t.tar.xz": tar("w:xz", members), "t.tar.bz2": tar("w:bz2", members),
            "t.zip": zipped(members), "stored.zip": zipped(members, zipfile.ZIP_STORED),
            "lzma.zip": zipped(members, zipfile.ZIP_LZMA)}
for name, data in archives.items():
    put(name, data)
    names = [f"{name}!folder/käse.txt", f"{name}!two.txt", f"{name}!last"]
    status, found, err = records(name)
    expect(f"{name}: status", (status, err), (0, ""))
    expect(f"{name}: ids", [r["id"] for r in found], names)
    expect(f"{name}: in a locale without UTF-8", subprocess.run(
        [QUERN, "run", "nothing.yaml", name], capture_output=True,
        env={**os.environ, "LC_ALL": "C"}).stdout, b"one\ntwo\n3\n")
    expect(f"{name}: include", run("--include", "*.txt", name)[1], b"one\ntwo\n")
    expect(f"{name}: exclude", run("--exclude", "folder", name)[1], b"two\n3\n")
    expect(f"{name}: standard input", run(stdin=data)[:2], (0, b"one\ntwo\n3\n"))
    for size in range(0, len(data), 499):
        put("cut", data[:size])
        status, out, err = run("--from", "lines", "cut")
        expect(f"{name}: cut off at {size}", status in (0, 74), True)

put("bad.zip", zipped([("a", b"first\n"), ("b", b"second\n"), ("c", b"third\n")],
                      zipfile.ZIP_STORED).replace(b"second", b"sEcond"))
status, out, err = run("bad.zip")
expect("a damaged member is left out", (status, out), (74, b"first\nthird\n"))
expect("a damaged member is named", err.startswith("bad.zip!b:1: error: "), True)

nested = tar("w:", [("inner.zip", zipped([("x", b"x")])), ("y", b"y\n")])
put("nested.tar", nested)
status, out, err = run("nested.tar")
expect("an archive in an archive", (status, out), (74, b"y\n"))
expect("it is named", err.startswith("nested.tar!inner.zip: error: "), True)

# ---- Bombs: what does not fit into memory is left out, and memory stays small ----

bomb = gzip.compress(b"x" * 1000)
zeros = gzip.compress(bytes(64 << 20), 9)
put("bomb.gz", zeros * 16)                      # 1 GiB of zeros
status, out, err = run("--from", "jsonl", "--max-record", "16MiB", "bomb.gz", memory=256 << 20)
expect("a bomb", (status, out), (74, b""))
expect("a bomb is named", "bomb.gz:1: error: " in err, True)
put("bomb.zip", zipped([("a", b"before\n"), ("b", bytes(200 << 20)), ("c", b"after\n")]))
status, out, err = run("--max-record", "16MiB", "bomb.zip", memory=256 << 20)
expect("a bomb in an archive", (status, out), (74, b"before\nafter\n"))

# ---- Formats of records ----

text = b"one\r\ntwo\n\nfour"
put("text", text)
expect("lines", [r["text"] for r in records("--from", "lines", "text")[1]], ["one", "two", "", "four"])
expect("lines: ids", [r["id"] for r in records("--from", "lines", "text")[1]],
       ["text@0", "text@5", "text@9", "text@10"])
expect("lines as text", run("--from", "lines", "text")[1], b"one\ntwo\n\nfour\n")
put("pages", b"page 1\n\fpage 2\n\f")
expect("form feeds", [r["text"] for r in records("--from", "formfeed", "pages")[1]],
       ["page 1\n", "page 2\n"])
expect("form feeds as text", run("--from", "formfeed", "pages")[1], b"page 1\n\fpage 2\n\f")
put("separated", b"a\n--\nb\n--\n")
expect("a separator", [r["text"] for r in records("--separator", r"\n--\n", "separated")[1]],
       ["a", "b"])
expect("a separator as text", run("--separator", r"\n--\n", "separated")[1], b"a\n--\nb\n--\n")
expect("NULs", [r["text"] for r in records("--separator", r"\0", stdin=b"a\0b\0")[1]], ["a", "b"])
expect("hexadecimal", [r["text"] for r in records("--separator", r"\x2C", stdin=b"a,b")[1]], ["a", "b"])
expect("no ASCII", [r["text"] for r in records("--separator", "§", stdin="a§b".encode())[1]], ["a", "b"])
for wrong in (r"\q", r"\x2", "", "x" * 256, "\\"):
    expect(f"a wrong separator {wrong[:3]}", run("--separator", wrong)[0], 64)
expect("two ways to cut", run("--separator", ",", "--from", "lines")[0], 64)

mail = (b"From ann@example.org Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\n"
        b"SUBJECT: a long\n subject\nX: y\n\nBody\n>From here\n\n"
        b"From bob@example.org Thu Jan  1 00:00:00 1970\nDate: today\n\nSubject: none\n")
put("mail", mail)
status, found, err = records("--from", "mbox", "mail")
expect("mbox: metadata", [{k: v for k, v in r["metadata"].items() if k != "seen"} for r in found],
       [{"from": "Ann <ann@example.org>", "subject": "a long subject"}, {"date": "today"}])
expect("mbox as text", run("--from", "mbox", "mail")[1], mail)

with open("lines.yaml", "w") as file:
    file.write("name: lines\ninput: {from: lines}\nstages: [{use: set, with: {metadata: {a: 'b'}}}]\n")
with open("separated.yaml", "w") as file:
    file.write('name: separated\ninput: {separator: "\\n--\\n"}\n'
               "stages: [{use: set, with: {metadata: {a: 'b'}}}]\n")


def texts(pipeline, path):
    out = subprocess.run([QUERN, "run", pipeline, "--to", "jsonl", path], capture_output=True).stdout
    return [json.loads(line)["text"] for line in out.splitlines()]


expect("lines by the pipeline", texts("lines.yaml", "text"), ["one", "two", "", "four"])
expect("a separator by the pipeline", texts("separated.yaml", "separated"), ["a", "b"])

sys.exit(failures > 0)
