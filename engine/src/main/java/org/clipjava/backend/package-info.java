/** What runs the encoders: the CPU, and how another backend is found and chosen. */
package org.clipjava.backend;
