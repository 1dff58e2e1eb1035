/**
 * Research: linear layers by table lookup, as an alternative to fused multiply-adds and to dot products in machine code.
 *
 * <p>Six inputs of a row have 64 sums with each of them added or taken away. A bit of each of six weights says which of these an output
 * wants, so one lookup does the work of six multiply-adds by one bit. With AVX-512 VBMI one instruction ({@code vpermb}) looks up 64
 * outputs in a table of 64 bytes. The engine does not use this; see docs/adr/0034-table-lookup-stays-research.md.
 *
 * <p>Symbols: M rows, K inputs, O outputs, b bits of a weight, t bits of a table's entry.
 */
@NullMarked
package org.clipjava.bench.lookup;

import org.jspecify.annotations.NullMarked;
