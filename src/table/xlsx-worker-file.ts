// Where the program of the thread for workbooks is. From source it is started by way of tsx; the build replaces this very
// module by one that says where the built thread is (see build.mjs).
export default new URL('./xlsx-worker-from-source.mjs', import.meta.url);
