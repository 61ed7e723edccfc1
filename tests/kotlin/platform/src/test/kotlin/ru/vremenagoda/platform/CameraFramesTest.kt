package ru.vremenagoda.platform

import android.graphics.Rect
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.media.Image
import android.util.Size
import android.view.Surface
import java.nio.ByteBuffer
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.ShadowCameraManager
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.kit.android.CameraFault
import ru.vremenagoda.kit.android.CameraFrames
import ru.vremenagoda.kit.android.look
import ru.vremenagoda.testing.Frame
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.eventually

@RunWith(RobolectricTestRunner::class)
@Config(application = PhoneApp::class)
class CameraFramesTest {
    private val scarf = Picture.named("06-scarf.png")

    @Test
    fun `a plane with a stride of its own is read wherever its position stands, turned or not`() = onPhone {
        vremena().scanner.live().use { scanner ->
            val frame = scarf.frame()
            for ((shown, rotation) in listOf(frame to Rotation.NONE, frame.turned() to Rotation.QUARTER)) {
                for (position in listOf(0, 1, shown.stride + 3, shown.luma.capacity())) {
                    scanner.forget()
                    val image = Luminance(shown).also { it.buffer.position(position) }
                    assertEquals(scarf.text, scanner.look(image, rotation).codes.single().text)
                    assertEquals(position, image.buffer.position())
                }
            }
        }
    }

    @Test
    fun `the last row may end where its pixels do`() = onPhone {
        vremena().scanner.live().use { scanner ->
            val frame = scarf.frame()
            val short = frame.stride * (frame.height - 1) + frame.width
            val luma = ByteBuffer.allocateDirect(short).put(frame.luma.duplicate().limit(short) as ByteBuffer).flip()
            val image = Luminance(Frame(luma as ByteBuffer, frame.width, frame.height, frame.stride))
            assertEquals(scarf.text, scanner.look(image, Rotation.NONE).codes.single().text)
        }
    }

    @Test
    fun `a phone without a camera at its back says so`() = onPhone {
        assertEquals("no_camera", fault(CameraFrames(app, vremena())))
        hasCamera(CameraMetadata.LENS_FACING_FRONT)
        assertEquals("no_camera", fault(CameraFrames(app, vremena())))
    }

    @Test
    fun `a camera that another app takes away ends the frames, and they can be had again`() = onPhone {
        val cameras = hasCamera(CameraMetadata.LENS_FACING_BACK)
        val frames = CameraFrames(app, vremena())
        repeat(2) {
            coroutineScope {
                val fault = async(Dispatchers.Default) { fault(frames) }
                frames.light(true)
                while (fault.isActive) {
                    cameras.triggerDisconnect()
                    delay(20)
                }
                assertEquals("disconnected", fault.await())
            }
        }
    }

    @Test
    fun `whoever collects no longer has let go of the camera`() = onPhone {
        hasCamera(CameraMetadata.LENS_FACING_BACK)
        val frames = CameraFrames(app, vremena())
        repeat(20) {
            coroutineScope {
                val collecting = launch(Dispatchers.Default) { frames.frames(null, Surface.ROTATION_0).collect {} }
                delay(it.toLong())
                collecting.cancelAndJoin()
            }
        }
        eventually("no thread of a camera is left") {
            Thread.getAllStackTraces().keys.none { it.name == "vremena-camera" }
        }
    }

    private suspend fun fault(frames: CameraFrames): String = try {
        frames.frames(preview = null, Surface.ROTATION_0).collect {}
        "none"
    } catch (fault: CameraFault) {
        fault.code
    }

    private fun Phone.hasCamera(facing: Int): ShadowCameraManager {
        val characteristics = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(characteristics).set(CameraCharacteristics.LENS_FACING, facing)
        shadowOf(characteristics).set(CameraCharacteristics.SENSOR_ORIENTATION, 90)
        val cameras = shadowOf(checkNotNull(app.getSystemService(CameraManager::class.java)))
        cameras.addCamera("$facing", characteristics)
        return cameras
    }

    @Test
    fun `frames are turned upright by what the sensor and the display say`() {
        val displays = listOf(Surface.ROTATION_0, Surface.ROTATION_90, Surface.ROTATION_180, Surface.ROTATION_270)
        assertEquals(
            listOf(Rotation.QUARTER, Rotation.NONE, Rotation.THREE_QUARTERS, Rotation.HALF),
            displays.map { CameraFrames.rotation(90, it) },
        )
        assertEquals(Rotation.THREE_QUARTERS, CameraFrames.rotation(270, Surface.ROTATION_0))
    }

    @Test
    fun `of the sizes that a camera offers the smallest that is large enough is taken`() {
        val (large, enough, small) = listOf(Size(4000, 3000), Size(1600, 1200), Size(640, 480))
        assertEquals(enough, CameraFrames.frameSize(listOf(large, small, enough)))
        assertEquals(small, CameraFrames.frameSize(listOf(small, Size(320, 240))))
        assertEquals(Size(1280, 960), CameraFrames.frameSize(emptyList()))
    }

    /** A camera's image, of which only the luminance is looked at. */
    private class Luminance(private val frame: Frame) : Image() {
        val buffer: ByteBuffer = frame.luma.duplicate()

        override fun getPlanes(): Array<Plane> = arrayOf(object : Plane() {
            override fun getRowStride(): Int = frame.stride

            override fun getPixelStride(): Int = 1

            override fun getBuffer(): ByteBuffer = this@Luminance.buffer
        })

        override fun getWidth(): Int = frame.width

        override fun getHeight(): Int = frame.height

        override fun getFormat(): Int = android.graphics.ImageFormat.YUV_420_888

        override fun getTimestamp(): Long = 0

        override fun getTransform(): Int = 0

        override fun getScalingMode(): Int = 0

        override fun getCropRect(): Rect = Rect(0, 0, frame.width, frame.height)

        override fun close() = Unit
    }
}
