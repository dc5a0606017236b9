/** The release that this executable stands in for. */
export const release = '0.230.0';
