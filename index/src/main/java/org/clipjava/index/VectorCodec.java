package org.clipjava.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** Lucene's files, with vectors of any length: its own limit is 1,024 components, and some models have more. */
final class VectorCodec extends Lucene104Codec {
    /** Of a node of the graph. Lucene's own defaults find too few of the ten nearest; see the page of decisions. */
    private static final int NEIGHBOURS = 24;

    /** Nodes that are looked at when one is put into the graph. */
    private static final int BEAM = 120;

    /**
     * A segment has a graph if a search for so many is expected to look at fewer vectors than it has: from some 4,200 on. Those that are
     * smaller are compared whole, which takes a millisecond; building their graphs would take longer than all else but the encoding.
     */
    private static final int GRAPH_FROM = 500;

    private static final int MAX_DIMENSION = 8192;

    private final KnnVectorsFormat vectors;

    VectorCodec(IndexOptions options) {
        this.vectors = new AnyLength(
                options.quantised()
                        ? new Lucene104HnswScalarQuantizedVectorsFormat(
                                ScalarEncoding.SEVEN_BIT, NEIGHBOURS, BEAM, 1, null, GRAPH_FROM)
                        : new Lucene99HnswVectorsFormat(NEIGHBOURS, BEAM, 1, null, GRAPH_FROM));
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
    }

    /** Is called as the format within, which is what reads the files. */
    private static final class AnyLength extends KnnVectorsFormat {
        private final KnnVectorsFormat format;

        AnyLength(KnnVectorsFormat format) {
            super(format.getName());
            this.format = format;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return format.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return format.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return MAX_DIMENSION;
        }
    }
}
