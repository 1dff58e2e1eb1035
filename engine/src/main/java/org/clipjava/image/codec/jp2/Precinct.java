package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A precinct of a resolution: its code-blocks, and what is known of them (T.800, B.6 and B.10).
 *
 * @param parts of each subband
 */
record Precinct(List<Part> parts) {
    /** The code-blocks of one subband; each exists from its first packet on. */
    static final class Part {
        private final Subband band;
        private final BlockGrid grid;
        private final @Nullable CodeBlock[] blocks;
        private final TagTree inclusion;
        private @Nullable TagTree zeroBitPlanes;

        Part(Subband band, BlockGrid grid) {
            this.band = band;
            this.grid = grid;
            blocks = new CodeBlock[Math.toIntExact(grid.count())];
            inclusion = tree();
        }

        private TagTree tree() {
            return new TagTree(Math.max(1, grid.across()), Math.max(1, grid.down()));
        }

        Subband band() {
            return band;
        }

        int blockCount() {
            return blocks.length;
        }

        Optional<CodeBlock> block(int number) {
            return Optional.ofNullable(blocks[number]);
        }

        /** Those that exist. */
        List<CodeBlock> blocks() {
            List<CodeBlock> there = new ArrayList<>();
            for (CodeBlock block : blocks) {
                if (block != null) {
                    there.add(block);
                }
            }
            return there;
        }

        /** Makes a code-block whose first bit-planes, so many, are zeros. */
        CodeBlock begin(int number, int zeroPlanes) {
            CodeBlock block = new CodeBlock(grid.block(number), band.bitPlanes() - zeroPlanes);
            blocks[number] = block;
            return block;
        }

        TagTree inclusion() {
            return inclusion;
        }

        /** Made when the first code-block needs it. */
        TagTree zeroBitPlanes() {
            TagTree tree = zeroBitPlanes == null ? tree() : zeroBitPlanes;
            zeroBitPlanes = tree;
            return tree;
        }
    }
}
