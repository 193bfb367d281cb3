/** True in the build that is drawn with invented data. */
declare const __FAKE__: boolean;
