/**
 * Machine code for x86-64, assembled at run time: {@link org.clipjava.machinecode.Assembler} makes bytes of instructions, {@link
 * org.clipjava.machinecode.CodeMemory} makes them callable, {@link org.clipjava.machinecode.Processor} says which the processor has, and
 * {@link org.clipjava.machinecode.VectorTiles}, {@link org.clipjava.machinecode.ShortTiles}, {@link org.clipjava.machinecode.PairTiles} and {@link
 * org.clipjava.machinecode.AmxTiles} write the innermost loops of a multiply.
 * Nothing that a user gives reaches the assembler: what it assembles depends on the processor alone.
 */
@NullMarked
package org.clipjava.machinecode;

import org.jspecify.annotations.NullMarked;
