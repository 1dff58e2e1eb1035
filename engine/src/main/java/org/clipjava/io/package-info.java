/** What every module of clip-java does with files and with strangers' text, in one piece each. Not for users of the library. */
@NullMarked
package org.clipjava.io;

import org.jspecify.annotations.NullMarked;
