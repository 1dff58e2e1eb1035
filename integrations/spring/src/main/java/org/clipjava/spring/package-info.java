/** Spring Boot's auto-configuration of a {@code Clip}, with health and metrics. */
@NullMarked
package org.clipjava.spring;

import org.jspecify.annotations.NullMarked;
