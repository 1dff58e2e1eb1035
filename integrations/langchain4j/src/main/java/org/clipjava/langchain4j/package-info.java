/** LangChain4j's embedding model of texts and pictures. */
@NullMarked
package org.clipjava.langchain4j;

import org.jspecify.annotations.NullMarked;
