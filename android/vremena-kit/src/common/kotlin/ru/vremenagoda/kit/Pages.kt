package ru.vremenagoda.kit

/** What fills a screen, and some more. */
internal const val PAGE = 50

/** A number of lines, as the core counts them: fewer than none are none. */
internal fun Int.size(): UInt = coerceAtLeast(0).toUInt()
