package ru.vremenagoda.kit.android

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.util.Size
import android.view.Surface
import kotlinx.coroutines.channels.ProducerScope
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import ru.vremenagoda.ffi.FrameOutcome
import ru.vremenagoda.ffi.Rotation
import ru.vremenagoda.kit.LiveScanner
import ru.vremenagoda.kit.Vremena

/** Why there are no frames. */
public class CameraFault(
    /** A stable code: `no_camera`, `not_permitted`, `in_use`, `disconnected`, `failed`. */
    public val code: String,
) : Exception(code)

/** The frames of the camera at the phone's back, shown to the scanner. Needs the permission `CAMERA`. */
public class CameraFrames(context: Context, private val vremena: Vremena) {
    private val cameras = context.applicationContext.service<CameraManager>()

    @Volatile
    private var isLit = false

    @Volatile
    private var session: Session? = null

    /** Lights the scene, or no longer; also while frames are looked at. */
    public fun light(isOn: Boolean) {
        isLit = isOn
        session?.light()
    }

    /**
     * What the camera sees, for as long as it is collected: each frame is looked at on the camera's own thread, and those
     * that come meanwhile are skipped. [preview] shows the same to the member; [displayRotation] is that of the display
     * (`Surface.ROTATION_…`). Ends in a [CameraFault].
     */
    public fun frames(preview: Surface?, displayRotation: Int): Flow<FrameOutcome> = callbackFlow {
        val (id, camera) = try {
            back()
        } catch (_: CameraAccessException) {
            throw CameraFault("in_use")
        } ?: throw CameraFault("no_camera")
        val orientation = camera.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0
        val map = camera.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)
        val size = frameSize(map?.getOutputSizes(ImageFormat.YUV_420_888).orEmpty().toList())
        val session = Session(this, preview, rotation(orientation, displayRotation), size, vremena.scanner.live())
        this@CameraFrames.session = session
        session.open(id)
        awaitClose {
            this@CameraFrames.session = null
            session.close()
        }
    }.conflate()

    private fun back(): Pair<String, CameraCharacteristics>? =
        cameras.cameraIdList.map { it to cameras.getCameraCharacteristics(it) }.firstOrNull { (_, camera) ->
            camera.get(CameraCharacteristics.LENS_FACING) == CameraMetadata.LENS_FACING_BACK
        }

    private inner class Session(
        private val outcomes: ProducerScope<FrameOutcome>,
        private val preview: Surface?,
        private val rotation: Rotation,
        size: Size,
        private val scanner: LiveScanner,
    ) : CameraDevice.StateCallback() {
        private val thread = HandlerThread("vremena-camera").apply { start() }
        private val handler = Handler(thread.looper)
        private val reader = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, BUFFERS)
        private var camera: CameraDevice? = null
        private var repeating: Repeating? = null

        /** The system has been asked for the camera, and has not answered: it may still come, and must be closed then. */
        private var awaitsCamera = false
        private var isClosed = false

        init {
            reader.setOnImageAvailableListener({ look() }, handler)
        }

        @SuppressLint("MissingPermission")
        fun open(id: String) {
            handler.post {
                awaitsCamera = true
                attempt { cameras.openCamera(id, this, handler) }
            }
        }

        fun light() {
            handler.post { attempt { repeating?.request() } }
        }

        /** On the camera's thread: what is under way there comes to its end first. */
        fun close() {
            handler.post {
                isClosed = true
                repeating = null
                reader.close()
                scanner.close()
                camera?.close()
                if (!awaitsCamera) thread.quitSafely()
            }
        }

        override fun onOpened(camera: CameraDevice) {
            awaitsCamera = false
            this.camera = camera
            if (isClosed) {
                gone(camera)
                return
            }
            val targets = listOfNotNull(reader.surface, preview)
            @Suppress("DEPRECATION") // Its successor came with API 28.
            attempt { camera.createCaptureSession(targets, Capturing(camera, targets), handler) }
        }

        override fun onDisconnected(camera: CameraDevice) {
            gone(camera)
            fail("disconnected")
        }

        override fun onError(camera: CameraDevice, error: Int) {
            gone(camera)
            fail(if (error == ERROR_CAMERA_IN_USE || error == ERROR_MAX_CAMERAS_IN_USE) "in_use" else "failed")
        }

        private fun gone(camera: CameraDevice) {
            awaitsCamera = false
            camera.close()
            if (isClosed) thread.quitSafely()
        }

        /** What the system throws here would end the app: it is thrown on a thread of the camera's own. */
        private inline fun attempt(call: () -> Unit) {
            val code = try {
                call()
                return
            } catch (_: SecurityException) {
                "not_permitted"
            } catch (_: CameraAccessException) {
                "in_use"
            } catch (_: IllegalStateException) {
                // It was closed meanwhile.
                "failed"
            }
            awaitsCamera = false
            fail(code)
        }

        private fun fail(code: String) {
            outcomes.close(CameraFault(code))
        }

        private fun look() {
            reader.acquireLatestImage()?.use { outcomes.trySend(scanner.look(it, rotation)) }
        }

        private inner class Capturing(
            private val camera: CameraDevice,
            private val targets: List<Surface>,
        ) : CameraCaptureSession.StateCallback() {
            override fun onConfigured(session: CameraCaptureSession) {
                repeating = Repeating(camera, targets, session).also { attempt(it::request) }
            }

            override fun onConfigureFailed(session: CameraCaptureSession) = fail("failed")
        }

        /** Asks for frame after frame. */
        private inner class Repeating(
            private val camera: CameraDevice,
            private val targets: List<Surface>,
            private val session: CameraCaptureSession,
        ) {
            fun request() {
                val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
                targets.forEach(request::addTarget)
                request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                val mode = if (isLit) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF
                request.set(CaptureRequest.FLASH_MODE, mode)
                session.setRepeatingRequest(request.build(), null, handler)
            }
        }
    }

    internal companion object {
        /** One that is looked at, and one that is being filled. */
        private const val BUFFERS = 2

        /** Large enough for the smallest codes at an arm's length; more costs time and reads no better. */
        private val WANTED = Size(1280, 960)

        /** The smallest that is no smaller than wanted, or the largest there is. */
        fun frameSize(offered: List<Size>): Size {
            val enough = offered.filter { it.width >= WANTED.width && it.height >= WANTED.height }
            return enough.minByOrNull { it.width * it.height } ?: offered.maxByOrNull { it.width * it.height } ?: WANTED
        }

        /** How far a frame of a camera at the back must be turned clockwise. */
        fun rotation(sensorOrientation: Int, displayRotation: Int): Rotation {
            val display = when (displayRotation) {
                Surface.ROTATION_90 -> 90
                Surface.ROTATION_180 -> 180
                Surface.ROTATION_270 -> 270
                else -> 0
            }
            return Rotation.entries[(sensorOrientation - display + 360) % 360 / 90]
        }
    }
}

/** Shows the plane of luminance to the scanner, as it is: whoever has read of it has moved its position, not its content. */
internal fun LiveScanner.look(image: Image, rotation: Rotation): FrameOutcome {
    val luma = image.planes[0]
    val bytes = luma.buffer.duplicate().apply { clear() }
    return frame(bytes, image.width, image.height, luma.rowStride, rotation)
}
