/** Zero-shot image classification with CLIP. */
package org.clipjava;
