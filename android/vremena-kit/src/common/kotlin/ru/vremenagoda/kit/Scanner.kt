package ru.vremenagoda.kit

import java.io.Closeable
import java.nio.ByteBuffer
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.FrameOutcome
import ru.vremenagoda.ffi.PictureOutcome
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.ffi.LiveScanner as CoreLiveScanner
import ru.vremenagoda.ffi.Scanner as CoreScanner

/** Pictures and camera frames → codes. */
public class Scanner internal constructor(internal val core: CoreScanner) {
    /**
     * Finds and reads the codes of a picture file: JPEG, PNG or WebP, from the buffer's position to its limit. It takes
     * tenths of a second for a large photo, off the caller's thread. What is no picture, or shows no code, is an outcome.
     */
    public suspend fun picture(bytes: ByteBuffer): PictureOutcome =
        withContext(Dispatchers.Default) { core.calling { picture(bytes) } }

    /** A scanner for the frames of one camera; close it with the camera. */
    public fun live(): LiveScanner = LiveScanner(core.calling { live() })
}

/** The frames of one camera, in order. */
public class LiveScanner internal constructor(private val core: CoreLiveScanner) : Closeable {
    /**
     * Looks at the next frame, on the caller's own thread: one byte of luminance a pixel, [stride] bytes a row, from the
     * buffer's position: a camera's Y plane as it is. A direct buffer is not copied. Corners are in pixels of the frame
     * turned upright by [rotation]. [CoreException.InvalidArgument] where the buffer holds no such frame.
     */
    public fun frame(luma: ByteBuffer, width: Int, height: Int, stride: Int, rotation: Rotation): FrameOutcome =
        core.calling { frame(luma, width.toUInt(), height.toUInt(), stride.toUInt(), rotation) }

    /** Forgets what was reported, so that a code still in view is reported again. */
    public fun forget(): Unit = core.calling { forget() }

    /** Lets go of the scanner; a frame after this ends in [CoreException.Paused]. */
    override fun close(): Unit = core.destroy()
}
