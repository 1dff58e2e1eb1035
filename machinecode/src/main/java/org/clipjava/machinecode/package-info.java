/**
 * Machine code for x86-64 and arm64, assembled at run time. {@link org.clipjava.machinecode.Architecture} is where the two part: {@link
 * org.clipjava.machinecode.Processor} and {@link org.clipjava.machinecode.Arm64Processor} say which instructions there are, {@link
 * org.clipjava.machinecode.Assembler} and {@link org.clipjava.machinecode.Arm64Assembler} make bytes of them, and {@link
 * org.clipjava.machinecode.VectorTiles}, {@link org.clipjava.machinecode.ShortTiles}, {@link org.clipjava.machinecode.PairTiles}, {@link
 * org.clipjava.machinecode.AmxTiles} and {@link org.clipjava.machinecode.Arm64Tiles} write the innermost loops of a multiply. {@link org.clipjava.machinecode.CodeMemory} makes
 * them callable. Nothing that a user gives reaches the assembler: what it assembles depends on the processor alone.
 */
@NullMarked
package org.clipjava.machinecode;

import org.jspecify.annotations.NullMarked;
