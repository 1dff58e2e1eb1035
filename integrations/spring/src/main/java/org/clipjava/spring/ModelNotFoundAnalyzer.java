package org.clipjava.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has an application that finds no model end with two lines, and not with a stack trace. */
final class ModelNotFoundAnalyzer extends AbstractFailureAnalyzer<ModelNotFoundException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ModelNotFoundException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
