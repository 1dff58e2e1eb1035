/** Zero-shot image classification with CLIP. */
@NullMarked
package org.clipjava;

import org.jspecify.annotations.NullMarked;
