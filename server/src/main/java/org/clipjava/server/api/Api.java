package org.clipjava.server.api;

import java.util.List;
import org.clipjava.server.http.Route;

/** Some routes that belong together. A new API is a class with this, and a line where the server lists them. */
public interface Api {
    List<Route> routes();
}
