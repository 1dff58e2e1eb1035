package org.clipjava.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;
import org.clipjava.index.Documents.Stored;

/** An index as it is at one moment. A document's number is valid here alone. */
record Snapshot(IndexSearcher searcher) {

    /** Hears of documents. */
    interface Visitor<T> {
        void visit(int document, T value) throws IOException;
    }

    /** The live document of an id. */
    Optional<Integer> find(String id) throws IOException {
        BytesRef term = new BytesRef(id);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Terms terms = leaf.reader().terms(Documents.ID);
            TermsEnum found = terms == null ? TermsEnum.EMPTY : terms.iterator();
            if (!found.seekExact(term)) {
                continue;
            }
            Bits live = leaf.reader().getLiveDocs();
            PostingsEnum documents = found.postings(null, PostingsEnum.NONE);
            for (int document = documents.nextDoc();
                    document != DocIdSetIterator.NO_MORE_DOCS;
                    document = documents.nextDoc()) {
                if (live == null || live.get(document)) {
                    return Optional.of(leaf.docBase + document);
                }
            }
        }
        return Optional.empty();
    }

    Stored stored(int document) throws IOException {
        return Documents.stored(binary(document, Documents.RECORD));
    }

    byte[] thumbnail(int document) throws IOException {
        return BytesRef.deepCopyOf(binary(document, Documents.THUMBNAIL)).bytes;
    }

    private BytesRef binary(int document, String field) throws IOException {
        LeafReaderContext leaf = leaf(document);
        BinaryDocValues values = leaf.reader().getBinaryDocValues(field);
        if (values == null || !values.advanceExact(document - leaf.docBase)) {
            throw new IndexException(
                    IndexException.Kind.DAMAGED_INDEX, "the index: a picture has no " + field + "; index anew");
        }
        return values.binaryValue();
    }

    /** The vector of a picture, [E], of length 1. */
    float[] vector(int document) throws IOException {
        LeafReaderContext leaf = leaf(document);
        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.VECTOR);
        if (vectors != null) {
            KnnVectorValues.DocIndexIterator at = vectors.iterator();
            if (at.advance(document - leaf.docBase) == document - leaf.docBase) {
                return vectors.vectorValue(at.index()).clone();
            }
        }
        throw new IndexException(IndexException.Kind.DAMAGED_INDEX, "the index: a picture has no vector; index anew");
    }

    private LeafReaderContext leaf(int document) {
        List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
        return leaves.get(ReaderUtil.subIndex(document, leaves));
    }

    /** All live records, in the order of their numbers. */
    void records(Visitor<Stored> visitor) throws IOException {
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            LeafReader reader = leaf.reader();
            Bits live = reader.getLiveDocs();
            BinaryDocValues records = reader.getBinaryDocValues(Documents.RECORD);
            if (records == null) {
                continue;
            }
            for (int document = records.nextDoc();
                    document != DocIdSetIterator.NO_MORE_DOCS;
                    document = records.nextDoc()) {
                if (live == null || live.get(document)) {
                    visitor.visit(leaf.docBase + document, Documents.stored(records.binaryValue()));
                }
            }
        }
    }

    /** All vectors of live pictures, in the order of their numbers; the array is overwritten by the next. */
    void vectors(Visitor<float[]> visitor) throws IOException {
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Bits live = leaf.reader().getLiveDocs();
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.VECTOR);
            if (vectors == null) {
                continue;
            }
            KnnVectorValues.DocIndexIterator at = vectors.iterator();
            for (int document = at.nextDoc(); document != DocIdSetIterator.NO_MORE_DOCS; document = at.nextDoc()) {
                if (live == null || live.get(document)) {
                    visitor.visit(leaf.docBase + document, vectors.vectorValue(at.index()));
                }
            }
        }
    }

    /** Vectors of pictures that stand for all, [E] each, of length 1: evenly from the whole index, at most so many. */
    List<float[]> sample(int most) throws IOException {
        long all = 0;
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.VECTOR);
            all += vectors == null ? 0 : vectors.size();
        }
        int step = (int) Math.max(1, all / most);
        List<float[]> sample = new ArrayList<>();
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Bits live = leaf.reader().getLiveDocs();
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.VECTOR);
            for (int i = 0; vectors != null && i < vectors.size() && sample.size() < most; i += step) {
                if (live == null || live.get(vectors.ordToDoc(i))) {
                    sample.add(vectors.vectorValue(i).clone());
                }
            }
        }
        return sample;
    }

    /** The documents that a query lets through. */
    List<Integer> matching(Query query) throws IOException {
        List<Integer> found = new ArrayList<>();
        searcher.search(query, new Alone<>(new Each((document, ignored) -> found.add(document))));
        return found;
    }

    /**
     * The nearest of all pictures that a filter lets through, each compared.
     *
     * @param direction [E], of length 1
     */
    Nearest nearest(float[] direction, Query filter, int k) throws IOException {
        Nearest nearest = new Nearest(k);
        searcher.search(filter, new Alone<>(new Compare(direction, nearest)));
        return nearest;
    }

    /** One collector for all segments: a searcher without threads goes through them one after the other. */
    private record Alone<C extends Collector>(C collector) implements CollectorManager<C, C> {
        @Override
        public C newCollector() {
            return collector;
        }

        @Override
        public C reduce(Collection<C> collectors) {
            return collector;
        }
    }

    /** Tells of each document. */
    private static final class Each extends SimpleCollector {
        private final Visitor<Boolean> visitor;
        private int base;

        Each(Visitor<Boolean> visitor) {
            this.visitor = visitor;
        }

        @Override
        protected void doSetNextReader(LeafReaderContext leaf) {
            base = leaf.docBase;
        }

        @Override
        public void collect(int document) throws IOException {
            visitor.visit(base + document, true);
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }

    /** Compares each document's vector. */
    private static final class Compare extends SimpleCollector {
        private final float[] direction;
        private final Nearest nearest;
        private int base;
        private Optional<FloatVectorValues> vectors = Optional.empty();
        private Optional<KnnVectorValues.DocIndexIterator> at = Optional.empty();

        Compare(float[] direction, Nearest nearest) {
            this.direction = direction;
            this.nearest = nearest;
        }

        @Override
        protected void doSetNextReader(LeafReaderContext leaf) throws IOException {
            base = leaf.docBase;
            vectors = Optional.ofNullable(leaf.reader().getFloatVectorValues(Documents.VECTOR));
            at = vectors.map(KnnVectorValues::iterator);
        }

        @Override
        public void collect(int document) throws IOException {
            if (at.isEmpty()) {
                return; // nothing but broken pictures
            }
            KnnVectorValues.DocIndexIterator place = at.get();
            int found = place.docID() < document ? place.advance(document) : place.docID();
            if (found == document) {
                float[] vector = vectors.orElseThrow().vectorValue(place.index());
                nearest.offer(base + document, VectorUtil.dotProduct(direction, vector));
            }
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }
}
