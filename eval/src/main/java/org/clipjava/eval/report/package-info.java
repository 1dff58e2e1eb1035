/** A report for people and for programs, put together of sections: as text, as JSON and as one HTML page. */
@NullMarked
package org.clipjava.eval.report;

import org.jspecify.annotations.NullMarked;
