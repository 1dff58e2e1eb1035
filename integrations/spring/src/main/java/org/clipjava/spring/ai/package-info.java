/** Spring AI's embedding models of texts and pictures. */
@NullMarked
package org.clipjava.spring.ai;

import org.jspecify.annotations.NullMarked;
