package org.clipjava.config;

/** The non-linearity of the MLP. The checkpoint decides; mixing them up costs a few points of accuracy, silently. */
public enum Activation {
    /** x · σ(1.702 x): OpenAI's checkpoints. */
    QUICK_GELU("quick_gelu"),
    /** x · Φ(x), through erf: most of LAION's. */
    GELU("gelu"),
    /** Nearly the same through tanh: 0.5 x · (1 + tanh(√(2/π) · (x + 0.044715 x³))): SigLIP. */
    GELU_TANH("gelu_pytorch_tanh");

    private final String spelling;

    Activation(String spelling) {
        this.spelling = spelling;
    }

    /** As configurations and model files spell it. */
    public String spelling() {
        return spelling;
    }
}
