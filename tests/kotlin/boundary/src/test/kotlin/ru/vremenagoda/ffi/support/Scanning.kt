package ru.vremenagoda.ffi.support

import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.FoundCode
import ru.vremenagoda.ffi.FrameOutcome
import ru.vremenagoda.ffi.LiveScanner
import ru.vremenagoda.ffi.PictureOutcome
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.ffi.Scanner
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.Picture

internal fun Frame.shownTo(scanner: LiveScanner, rotation: Rotation = Rotation.NONE): FrameOutcome =
    scanner.frame(luma, width.toUInt(), height.toUInt(), stride.toUInt(), rotation)

/** The code that is meant where this picture is shown. */
internal fun Scanner.meant(picture: Picture): FoundCode {
    val seen = assertInstanceOf<PictureOutcome.Codes>(picture(picture.bytes()))
    return seen.codes[seen.best.toInt()]
}
