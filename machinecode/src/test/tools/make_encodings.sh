#!/bin/sh
# Writes encodings.txt, the bytes that GNU's as makes of each instruction that EncodingsTest lists: made with binutils 2.40.
# Usage: make_encodings.sh CLASS_PATH > src/test/resources/org/clipjava/machinecode/encodings.txt
# where CLASS_PATH has the compiled main and test classes of this module and JUnit's.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java -cp "$1" org.clipjava.machinecode.EncodingsTest > "$work/list"
{ echo .intel_syntax noprefix; cat "$work/list"; } > "$work/list.s"
as --64 -o "$work/list.o" "$work/list.s"
objdump -d --insn-width=16 "$work/list.o" | awk -F '\t' '/^ *[0-9a-f]+:\t/ { gsub(/ /, "", $2); print $2 }' > "$work/bytes"
paste "$work/bytes" "$work/list"
