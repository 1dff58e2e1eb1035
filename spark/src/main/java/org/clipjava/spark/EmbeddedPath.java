package org.clipjava.spark;

/** A row as Spark fills it in: a path and its embedding, [E]. For Spark alone. */
public final class EmbeddedPath {
    private String path = "";
    private float[] embedding = new float[0];

    public String getPath() {
        return path;
    }

    public void setPath(String path) {
        this.path = path;
    }

    public float[] getEmbedding() {
        return embedding;
    }

    public void setEmbedding(float[] embedding) {
        this.embedding = embedding;
    }
}
