#!/bin/sh
# Writes the bytes that GNU's as makes of each instruction that a test lists: made with binutils 2.40.
# Usage: make_encodings.sh CLASS_PATH       > src/test/resources/org/clipjava/machinecode/encodings.txt
#        make_encodings.sh CLASS_PATH arm64 > src/test/resources/org/clipjava/machinecode/arm64-encodings.txt
# where CLASS_PATH has the compiled main and test classes of this module and JUnit's. The second needs Debian's
# binutils-aarch64-linux-gnu, and shows an instruction as one number.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "${2:-x86-64}" = arm64 ]; then
    java -cp "$1" org.clipjava.machinecode.Arm64EncodingsTest > "$work/list"
    { echo .arch armv8.2-a+dotprod+i8mm; cat "$work/list"; } > "$work/list.s"
    aarch64-linux-gnu-as -o "$work/list.o" "$work/list.s"
    aarch64-linux-gnu-objdump -d "$work/list.o" > "$work/dump"
else
    java -cp "$1" org.clipjava.machinecode.EncodingsTest > "$work/list"
    { echo .intel_syntax noprefix; cat "$work/list"; } > "$work/list.s"
    as --64 -o "$work/list.o" "$work/list.s"
    objdump -d --insn-width=16 "$work/list.o" > "$work/dump"
fi
awk -F '\t' '/^ *[0-9a-f]+:\t/ { gsub(/ /, "", $2); print $2 }' "$work/dump" > "$work/bytes"
paste "$work/bytes" "$work/list"
