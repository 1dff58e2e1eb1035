/** Where in a picture each label is, without having been trained to tell: maps, boxes, and "not there". */
@NullMarked
package org.clipjava.locate;

import org.jspecify.annotations.NullMarked;
