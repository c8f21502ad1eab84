// Where the worker thread's program is. From source it is started by way of tsx; the build replaces this very module by
// one that says where the built worker is (see build.mjs).
export default new URL('./worker-from-source.mjs', import.meta.url);
