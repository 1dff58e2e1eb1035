package org.clipjava.testdata;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Fails a class of tests after which there are more threads, open or mapped files, or more native memory than before. */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace OWN = Namespace.create(LeakCheck.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOutermost(context)) {
            context.getStore(OWN).put(HeldResources.class, HeldResources.now());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (isOutermost(context)) {
            HeldResources before = Objects.requireNonNull(
                    context.getStore(OWN).get(HeldResources.class, HeldResources.class), "beforeAll did not run");
            List<String> leaked = before.leakedSince();
            if (!leaked.isEmpty()) {
                throw new AssertionError(context.getDisplayName() + " leaves behind: " + String.join(", ", leaked));
            }
        }
    }

    /** A class inside another begins when the outer one's fields may hold something already. */
    private static boolean isOutermost(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() == null;
    }
}
