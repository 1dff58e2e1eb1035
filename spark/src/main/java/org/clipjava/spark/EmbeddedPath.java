package org.clipjava.spark;

/** A row as Spark fills it in: a path and its embedding, [E]. For Spark alone. */
public final class EmbeddedPath {
    private String path = "";
    private float[] embedding = new float[0];

    /** An empty row. */
    public EmbeddedPath() {}

    /** The path. */
    public String getPath() {
        return path;
    }

    /** Sets the path. */
    public void setPath(String path) {
        this.path = path;
    }

    /** The embedding, [E]. */
    public float[] getEmbedding() {
        return embedding;
    }

    /** Sets the embedding, [E]. */
    public void setEmbedding(float[] embedding) {
        this.embedding = embedding;
    }
}
