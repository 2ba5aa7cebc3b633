# Last, so that a file cut short on its way does nothing.

if [ "$uninstall" = 1 ]; then remove; else install; fi
