package org.clipjava.cli;

/** One line on stderr, where a person watches, of which of a few steps is being done. */
final class StepProgress implements AutoCloseable {
    private final Terminal terminal;
    private final int count;
    private int done;
    private boolean shown;

    StepProgress(Terminal terminal, int count) {
        this.terminal = terminal;
        this.count = count;
    }

    /** Before the first step, and between them. */
    void opening(int threads) {
        show("opening the model for " + threads(threads));
    }

    static String threads(int count) {
        return count == 1 ? "1 thread" : count + " threads";
    }

    /** The next step begins. */
    void step(String what) {
        done++;
        show(done + "/" + count + " " + what);
    }

    private void show(String text) {
        if (terminal.showsProgress()) {
            terminal.err().print("\r\u001b[Kclip: " + text);
            terminal.err().flush();
            shown = true;
        }
    }

    /** Makes room for other lines. */
    void clear() {
        if (shown) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
