/** An application of Spring Boot. */
@NullMarked
package org.clipjava.examples.spring;

import org.jspecify.annotations.NullMarked;
