/** The two transformers, layer by layer as the CLIP paper and its reference implementation have them. */
package org.clipjava.model;
